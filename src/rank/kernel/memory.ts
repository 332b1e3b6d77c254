const PAGE = 65_536;
export const align = (bytes: number, to = 64) => Math.ceil(bytes / to) * to;

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();

/** The memory which a buffer is of. */
export const memoryOf = (buffer: ArrayBufferLike): WebAssembly.Memory | undefined => memories.get(buffer);

/** Memory that never grows: growing would detach every view on it. */
export function fixedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  memories.set(memory.buffer, memory);
  return memory;
}

/** Parts of a memory, one behind the other, each from a multiple of 64: a cache line. */
export function layout(from: number): { take(bytes: number): number; readonly end: number } {
  let end = align(from);
  return {
    take(bytes) {
      const at = end;
      end = align(end + bytes);
      return at;
    },
    get end() {
      return end;
    },
  };
}
