// @vitest-environment happy-dom
import { anyValues, testEveryProp, watchConsole } from '../../client/react/any-prop.tsx';

watchConsole();
testEveryProp(anyValues);
