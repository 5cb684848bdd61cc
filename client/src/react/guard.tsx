import { Component, type ReactNode } from 'react';

interface GuardProps {
  /** Shown instead of children that throw. Default: nothing. */
  fallback?: ReactNode;
  /** The children are tried again when this changes. */
  version?: unknown;
  children: ReactNode;
}

/** Keeps an error of the app's parts away from the page. React has no such thing on a server. */
export class Guard extends Component<GuardProps, { hasFailed: boolean; version?: unknown }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps({ version }: GuardProps, before: { version?: unknown }) {
    return version === before.version ? null : { hasFailed: false, version };
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
