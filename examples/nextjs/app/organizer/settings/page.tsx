import { Settings } from '../../../components/notifications.tsx';

export default function Page() {
  return (
    <div className="card">
      <Settings />
    </div>
  );
}
