// Node loads this before a command's first TypeScript file, because an older Node cannot read TypeScript and report it.
if (process.platform === 'win32') {
  console.error(
    '✗ This runs on macOS and Linux. On Windows use WSL: https://learn.microsoft.com/windows/wsl/install',
  );
  process.exit(1);
}
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `✗ This needs Node 24, but runs on ${process.versions.node}. The npm package \`node\` is not completely installed. ` +
      'Run `npm ci` again with install scripts allowed (`npm config get ignore-scripts` must say false).',
  );
  process.exit(1);
}
