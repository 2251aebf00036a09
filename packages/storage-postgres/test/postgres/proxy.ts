import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { databaseUrl } from "./database.ts";

export interface Proxy {
  /** The database's address, through the proxy. */
  readonly url: string;
  /** From now on the server's answers are lost. Both ends believe that they are connected. */
  loseAnswers(): void;
  /** Once a connection sends this text, it and everything after it is lost, both ways. */
  loseFrom(text: string): Promise<void>;
  /** Connections made from now on are whole again; those that lost something stay lost. */
  heal(): void;
}

/** A network between the store and the server that can go silent without a word. */
export async function startProxy(): Promise<Proxy> {
  const target = new URL(databaseUrl());
  let losing: "nothing" | "answers" = "nothing";
  let from: { readonly text: string; reached(): void } | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    let lost = false;
    let deaf = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      // A reset is what a lost connection ends in; the store's own error is what the tests look at.
      socket.on("error", () => socket.destroy());
    }
    near.on("data", (chunk) => {
      if (from !== undefined && chunk.includes(from.text)) {
        lost = true;
        from.reached();
      }
      if (!lost) far.write(chunk);
    });
    far.on("data", (chunk) => {
      deaf ||= losing === "answers";
      if (!lost && !deaf) near.write(chunk);
    });
    // That the store gave up does not reach the server, when the connection is lost.
    near.on("close", () => {
      if (!lost && !deaf) far.destroy();
    });
    far.on("close", () => {
      if (!lost && !deaf) near.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });

  const address = server.address();
  const url = new URL(target);
  url.host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return {
    url: url.href,
    loseAnswers: () => {
      losing = "answers";
    },
    loseFrom: (text) =>
      new Promise((resolve) => {
        from = { text, reached: resolve };
      }),
    heal: () => {
      losing = "nothing";
      from = undefined;
    },
  };
}

/** A timer that fires when told to, so that a test of waiting waits for nothing. */
export function handTimer(): {
  readonly pass: () => void;
  readonly timer: (ms: number, fire: () => void) => () => void;
} {
  const running = new Set<() => void>();
  return {
    pass: () => {
      for (const fire of running) fire();
    },
    timer: (_ms, fire) => {
      running.add(fire);
      return () => running.delete(fire);
    },
  };
}
