import { describeBell } from './describe-bell.ts';
import { firefox } from './puppeteer.ts';

describeBell(firefox);
