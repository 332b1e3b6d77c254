export interface Integrity {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}
export function emitVersion(): void;
export function embed(base: string, integrity: Pick<Integrity, "files">, attributes?: string): string;
