export { SettingsPage as default } from '../../../components/settings-page.tsx';
