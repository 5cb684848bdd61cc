import { Inbox } from '../../../components/notifications.tsx';

export default function News() {
  return (
    <div className="card">
      <Inbox />
    </div>
  );
}
