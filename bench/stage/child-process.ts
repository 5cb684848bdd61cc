/** What each program of a bench does first: it ends when the bench ends, and leaves Ctrl-C to the bench. */
export function obeyParent(): void {
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => {});
}
