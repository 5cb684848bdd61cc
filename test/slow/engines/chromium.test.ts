import { describeBell } from './describe-bell.ts';
import { chromium } from './puppeteer.ts';

describeBell(chromium);
