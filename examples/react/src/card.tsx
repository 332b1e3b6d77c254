import type { Ref } from "react";
import { itemOf } from "../../parts/goods.mjs";

export function Card({ id, reason, onOpen, ref }: { id: string; reason?: string; onOpen?: () => void; ref?: Ref<HTMLLIElement> }) {
  const item = itemOf(id);
  if (!item) return null;
  return (
    <li className="card" ref={ref}>
      <a href={`#/item/${id}`} onClick={onOpen}>
        <img src={item.picture} alt="" />
        <span className="brand">{item.brand}</span>
        <span>{item.title}</span>
        <span className="price">{item.cost}</span>
        {reason && <span className="reason">{reason}</span>}
      </a>
    </li>
  );
}
