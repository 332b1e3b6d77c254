const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const stem = (word) => (word.length > 3 ? word.replace(/(ies|es|s)$/, "") : word);

/** The shop's own search: every word has to be somewhere; title, shelf and maker count more than the description. */
export function createSearch(items) {
  const weights = { title: 6, shelf: 5, brand: 4, colour: 3, material: 3, department: 2, description: 1 };
  const documents = items.map((item) => {
    const terms = new Map();
    for (const [field, weight] of Object.entries(weights))
      for (const word of words(item[field])) terms.set(stem(word), Math.max(weight, terms.get(stem(word)) ?? 0));
    return { item, terms: [...terms] };
  });
  return (query) => {
    const wanted = words(query).map(stem);
    if (!wanted.length) return [];
    const hits = [];
    for (const { item, terms } of documents) {
      let score = 0;
      for (const word of wanted) {
        let best = 0;
        for (const [term, weight] of terms)
          if (term === word) best = Math.max(best, weight);
          else if (word.length > 2 && term.startsWith(word)) best = Math.max(best, weight / 2);
        if (!best) {
          score = 0;
          break;
        }
        score += best;
      }
      if (score) hits.push({ item, score });
    }
    return hits.sort((a, b) => b.score - a.score || (a.item.id < b.item.id ? -1 : 1)).map(({ item }) => item);
  };
}
