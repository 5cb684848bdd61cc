import { signIn } from '../lib/actions.ts';
import { people } from '../lib/people.ts';

/** The sign-in page. Each frontend has a user of its own, so that all three can be open at once. */
export default function Start() {
  return (
    <main className="start">
      <h1>Nightjar</h1>
      <p className="lead">
        An evening has three sides. Open each in a tab of its own, and let the admin ring the others.
      </p>
      <div className="doors">
        {people.map(({ name, frontend, purpose }) => (
          <form key={frontend} className="card" data-frontend={frontend} action={signIn.bind(null, frontend)}>
            <h2>{name}</h2>
            <p>{purpose}</p>
            <button className="primary" type="submit">
              Sign in as {frontend}
            </button>
          </form>
        ))}
      </div>
    </main>
  );
}
