/** A seeded generator (mulberry32) with the draws that the catalogue needs: the same seed gives the same shop, always. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (max) => Math.floor(next() * max);
  const pick = (list) => list[integer(list.length)];
  const weighted = (list, weight) => {
    let left = next() * list.reduce((sum, entry) => sum + weight(entry), 0);
    for (const entry of list) {
      left -= weight(entry);
      if (left < 0) return entry;
    }
    return list.at(-1);
  };
  return { next, integer, pick, weighted };
}

/** FNV-1a: a seed for anything that has a name. */
export function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
