import type { ReactNode } from 'react';
import { Frontend } from '../../components/frontend.tsx';

export default function AdminLayout({ children }: { children: ReactNode }) {
  return <Frontend name="admin">{children}</Frontend>;
}
