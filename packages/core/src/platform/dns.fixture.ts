import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import type { AddressInfo } from "node:net";

export interface NameServer {
  /** Asks this server, over the network, each time: nothing is kept. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Names that were asked for. */
  readonly asked: readonly string[];
  close(): void;
}

/** A live name server on this machine that answers every A question with `addresses(n)`, n counting from 0, good for 0 s. */
export async function nameServer(addresses: (n: number) => readonly string[]): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const [name, end] = nameIn(question);
    const answers = addresses(asked.length);
    asked.push(name);
    socket.send(answerTo(question.subarray(0, end + 4), answers), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
  return { resolve: (host) => resolver.resolve4(host), asked, close: () => socket.close() };
}

const headerBytes = 12;

/** The name of the first question, and where it ends. */
function nameIn(message: Buffer): [name: string, end: number] {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("ascii", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return [labels.join("."), at + 1];
}

function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const header = Buffer.from(question.subarray(0, headerBytes));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const records = addresses.map((address) =>
    // The name of the question, A, IN, a life of 0 s, four bytes.
    Buffer.from([0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, question.subarray(headerBytes), ...records]);
}
