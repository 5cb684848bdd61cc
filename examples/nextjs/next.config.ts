import type { NextConfig } from 'next';

export default {
  // As create-next-app sets it: what does not depend on the request is rendered when the app is built.
  cacheComponents: true,
  partialPrefetching: true,
  // This folder, and not the service around it, is the app.
  turbopack: { root: import.meta.dirname },
  devIndicators: false,
} satisfies NextConfig;
