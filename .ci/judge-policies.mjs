/**
 * Reads what parliament finds (`--json`) from standard input. Prints each finding that is not accepted here, and each
 * acceptance that nothing needs, and ends with 1 if there is any. parliament's own list of ignored findings does not work:
 * version 1.6.4 reads no pattern from it.
 */
import { text } from 'node:stream/consumers';

/** The findings that are as they must be: what parliament calls them, for which actions, and why. */
const accepted = [
  {
    issue: 'CREDENTIALS_EXPOSURE',
    actions: ['rds-db:connect'],
    reason:
      'A function may sign in to the database as its own user. That is no key of AWS that it could pass on.',
  },
  {
    issue: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    actions: ['rds-db:connect'],
    reason: 'parliament counts the sign-in to a database as managing permissions. It changes none.',
  },
];

const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
const findings = lines.map((line) => JSON.parse(line));
const fits = (finding, { issue, actions }) =>
  finding.issue === issue && JSON.stringify(finding.location.actions) === JSON.stringify(actions);

const refused = findings.filter((finding) => !accepted.some((each) => fits(finding, each)));
const unneeded = accepted.filter((each) => !findings.some((finding) => fits(finding, each)));
for (const { issue, title, detail, location } of refused) {
  console.log(`✗ ${issue} ${title}: ${JSON.stringify(detail)} ${JSON.stringify(location)}`);
}
for (const { issue, actions } of unneeded) {
  console.log(
    `✗ .ci/judge-policies.mjs accepts ${issue} for ${actions}, which parliament does not find. Remove it.`,
  );
}
process.exitCode = refused.length + unneeded.length > 0 ? 1 : 0;
