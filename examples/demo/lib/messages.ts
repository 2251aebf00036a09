export interface InboundMessage {
  readonly from: string;
  readonly text: string;
}

/** A message as the product shows it: with a name when HubSpot knows one. */
export interface ShownMessage extends InboundMessage {
  readonly name: string | null;
  readonly company: string | null;
}

export function isInboundMessage(body: unknown): body is InboundMessage {
  const { from, text } = (body ?? {}) as Partial<Record<keyof InboundMessage, unknown>>;
  return typeof from === "string" && from !== "" && typeof text === "string";
}
