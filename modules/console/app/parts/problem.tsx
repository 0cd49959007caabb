/** What went wrong, said at once to those who listen. */
export function Problem({ texts }: { readonly texts: readonly string[] }) {
  const [only] = texts;
  return (
    <div className="problem" role="alert">
      {texts.length === 1 ? (
        <p>{only}</p>
      ) : (
        <ul>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
