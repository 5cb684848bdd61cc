import { describeBell } from './describe-bell.ts';
import { webkit } from './webkit.ts';

describeBell(webkit);
