import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import './look.css';

export const metadata: Metadata = {
  title: 'Nightjar',
  description: 'Three frontends of an event platform, each with a bell.',
  icons:
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='14' fill='%236d4aff'/%3E%3C/svg%3E",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
