import { signIn } from '../lib/actions.ts';
import { frontends, people } from '../lib/people.ts';

/** The sign-in page. A person has one inbox, and a bell in each frontend, so all three can be open at once. */
export default function Start() {
  return (
    <main className="start">
      <h1>Nightjar</h1>
      <p className="lead">
        An evening has three sides. Open each in a tab of its own as Ines, who is in all of them, and see
        which bell rings.
      </p>
      <div className="doors">
        {frontends.map(({ name, title, purpose }) => (
          <section key={name} className="card" data-frontend={name} aria-labelledby={name}>
            <h2 id={name}>{title}</h2>
            <p>{purpose}</p>
            {people
              .filter((person) => person.frontends.includes(name))
              .map(({ id, name: person }) => (
                <form key={id} action={signIn.bind(null, name, id)}>
                  <button className="primary" type="submit">
                    {person}, {name}
                  </button>
                </form>
              ))}
          </section>
        ))}
      </div>
    </main>
  );
}
