/** HubSpot's side: ten connections, the next body as soon as the last was acknowledged. */
import { connect, type Socket } from "node:net";
import { signedRequest } from "./bodies.ts";

/** HubSpot keeps at most ten requests to an app in flight (hubspot-facts §5.2). */
export const connections = 10;

export interface Sent {
  readonly seconds: number;
  readonly requests: number;
  /** How long each acknowledgement took, in ms. */
  readonly took: readonly number[];
}

export interface Sender {
  /** Sends `bodies` requests of so many events each, all made before the first is sent. */
  send(bodies: number, events: number): Promise<Sent>;
  close(): void;
}

/** Numbers of events that are not used twice. */
let next = 0;

export async function createSender(port: number): Promise<Sender> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  return {
    async send(bodies, events) {
      const now = Date.now();
      const requests = Array.from({ length: bodies }, () => {
        next += events;
        return signedRequest(events, next, now);
      });
      const took: number[] = [];
      let at = 0;
      const start = performance.now();
      const loop = async (socket: Socket): Promise<void> => {
        for (let mine = requests[at++]; mine !== undefined; mine = requests[at++]) {
          const sent = performance.now();
          await acknowledged(socket, mine);
          took.push(performance.now() - sent);
        }
      };
      await Promise.all(sockets.map(loop));
      return { seconds: (performance.now() - start) / 1_000, requests: bodies, took };
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Anything but an empty 204 is a failure of the benchmark. */
function acknowledged(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const end = (error?: Error): void => {
      socket.off("data", onData).off("close", onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onClose = (): void => end(new Error("the connection was closed"));
    const onData = (data: Buffer): void => {
      answer += data.toString("latin1");
      if (!answer.endsWith("\r\n\r\n")) return;
      end(answer.startsWith("HTTP/1.1 204") ? undefined : new Error(`not acknowledged: ${answer.slice(0, 300)}`));
    };
    socket.on("data", onData).on("close", onClose);
    if (socket.destroyed) onClose();
    else socket.write(request);
  });
}
