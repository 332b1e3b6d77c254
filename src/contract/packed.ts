/**
 * A release's file as its parser reads it: most are published as gzip, for hosts which compress no file of a type they do not know. A large
 * shard is not: its vectors are read where they lie. Weights are not either, and may be any bytes: they are not asked.
 * @throws TypeError where the gzip is broken
 */
export async function unpacked(file: ArrayBuffer): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(file);
  // gzip's first bytes (RFC 1952); the ninth of a safetensors file is the brace of its header.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[8] === 0x7b) return file;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
