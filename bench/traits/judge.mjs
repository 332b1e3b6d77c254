/** The value with the most votes: code, or 0 without any. The first to be counted wins a tie. */
const most = (votes) => [...votes].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];

function count(codes, rows) {
  const votes = new Map();
  for (const row of rows) if (codes[row]) votes.set(codes[row], (votes.get(codes[row]) ?? 0) + 1);
  return votes;
}

const tally = () => ({ asked: 0, traits: 0, counting: 0, catalogue: 0 });

/**
 * Sums up how often a told value is right. Questions: `now`, the most frequent value (or one of them) among the session's items so far;
 * `next`, the next item's; `later`, that of any item opened later. Answers: the persona's `traits`, `counting` the session's values (the
 * newest of a tie), and the `catalogue`'s most frequent. Asked only where the attribute is told, and the question has an answer.
 * @param columns attribute columns over the same rows as `seen` and `coming`
 */
export function createJudge(columns) {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const usual = new Map(columns.map(({ name, codes }) => [name, most(count(codes, codes.keys()))]));
  const sums = new Map();
  const sum = (group, name) => {
    const key = `${group} ${name}`;
    if (!sums.has(key)) sums.set(key, { group, name, cases: 0, told: 0, now: tally(), next: tally(), later: tally() });
    return sums.get(key);
  };

  function ask(into, { name, codes }, code, seen, coming) {
    into.told++;
    const soFar = count(codes, [...seen].reverse());
    const answers = { traits: code, counting: most(soFar), catalogue: usual.get(name) };
    const top = Math.max(...soFar.values());
    const questions = {
      now: soFar.size > 0 && ((answer) => soFar.get(answer) === top),
      next: coming.length > 0 && codes[coming[0]] > 0 && ((answer) => codes[coming[0]] === answer),
      later: coming.some((row) => codes[row] > 0) && ((answer) => coming.some((row) => codes[row] === answer)),
    };
    for (const [question, right] of Object.entries(questions)) {
      if (!right) continue;
      into[question].asked++;
      for (const [who, answer] of Object.entries(answers)) if (answer > 0 && right(answer)) into[question][who]++;
    }
  }

  return {
    /**
     * @param traits as in PersonaState, strongest first
     * @param seen rows of the session's items so far, each once, newest last
     * @param coming rows of the items that are opened later, in order
     */
    add(group, traits, seen, coming) {
      const codeOf = ({ attribute, value }) => byName.get(attribute).values.indexOf(value) + 1;
      for (const column of columns) {
        const into = sum(group, column.name);
        into.cases++;
        const told = traits.find(({ attribute }) => attribute === column.name);
        if (told) ask(into, column, codeOf(told), seen, coming);
      }
      const first = sum(group, "first of the list");
      first.cases++;
      if (traits.length > 0) ask(first, byName.get(traits[0].attribute), codeOf(traits[0]), seen, coming);
    },
    results: () => [...sums.values()],
  };
}
