/** A server, a database, a worker: whatever has to be closed. */
export interface Part {
  close(): Promise<unknown>;
}

/** Notes a part for the end, and answers it. */
export type Keep = <P extends Part>(part: P) => P;

/**
 * A product made of parts that are closed in the reverse of their order, each once the one before is: when the product is
 * closed, or at once where it could not be started.
 */
export async function opened<Product extends object>(
  open: (keep: Keep) => Promise<Product>,
): Promise<Product & { close(): Promise<void> }> {
  const parts: Part[] = [];
  const close = async () => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part.close();
  };
  try {
    const product = await open((part) => {
      parts.push(part);
      return part;
    });
    return { ...product, close };
  } catch (error) {
    await close();
    throw error;
  }
}
