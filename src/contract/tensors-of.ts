import { PresentlyError } from "./errors.js";
import { parseTensors, type TensorFile } from "./safetensors.js";

/** A release's file of tensors, of the format that it says it has. @throws PresentlyError `tensors/*`, `shard/format` */
export function tensorsOf(buffer: ArrayBuffer, format: string): TensorFile {
  const file = parseTensors(buffer);
  if (file.metadata.format !== format)
    throw new PresentlyError("shard/format", `The file is ${file.metadata.format ?? "of no stated format"}, expected ${format}: publish the release again`);
  return file;
}
