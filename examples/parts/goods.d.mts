export interface Goods {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string;
  readonly department: string;
  readonly shelf: string;
  readonly price: number;
  readonly availability: string;
  /** The price, as the shopper reads it. */
  readonly cost: string;
  /** Address of the picture. */
  readonly picture: string;
}

export const DEPARTMENTS: readonly string[];
export function itemOf(id: string): Goods | null;
export function listOf(department: string, count?: number): readonly Goods[];
