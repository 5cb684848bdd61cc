import type { NextConfig } from 'next';

export default {
  // This folder, and not the service around it, is the app.
  turbopack: { root: import.meta.dirname },
  devIndicators: false,
} satisfies NextConfig;
