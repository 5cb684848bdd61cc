// Loaded before a command's first TypeScript file: an older Node could not even read that file to say so.
if (process.platform === 'win32') {
  console.error(
    '✗ This runs on macOS and Linux. On Windows use WSL: https://learn.microsoft.com/windows/wsl/install',
  );
  process.exit(1);
}
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `✗ This needs Node 24, and runs on ${process.versions.node}: the package \`node\` is not complete. ` +
      'Run `npm ci` again with install scripts allowed (`npm config get ignore-scripts` must say false).',
  );
  process.exit(1);
}
