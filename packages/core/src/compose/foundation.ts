import { cipher, outlivesRequests, randomBytes, systemClock, systemRandom } from "#platform";
import type { Background } from "../audit/tell.ts";
import { type BlindIndex, createBlindIndex } from "../crypto/blind-index.ts";
import { createKeyRing, type KeyRing } from "../crypto/key-ring.ts";
import { createSealer, type Sealer } from "../crypto/sealer.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { RowId } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Storage } from "../ports/storage.ts";
import type { Transport } from "../ports/transport.ts";
import { toBase64Url } from "../util/bytes.ts";
import type { Defined } from "../util/defined.ts";
import { type BackgroundWork, backgroundWork } from "./background.ts";
import { transportOf } from "./default-transport.ts";
import { openTelemetry, type Telemetry } from "./open-telemetry.ts";
import type { HubspokeOptions } from "./options.ts";
import { type SharedAlerts, sharedAlerts } from "./shared-alerts.ts";

/** What every part of one instance stands on: made once, passed to each. */
export interface Foundation {
  readonly storage: Storage;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly cipher: Cipher;
  readonly ring: KeyRing;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly newId: () => RowId;
  readonly logger: Logger;
  /** Told once, whichever process meets the trouble. */
  readonly alerts: SharedAlerts;
  /** The host's sink and OpenTelemetry's; nothing comes of it where there is neither. */
  readonly metrics: Metrics;
  readonly measured: Telemetry["measured"];
  readonly tracer: Telemetry["tracer"];
  /** Everything started behind an answer. */
  readonly work: BackgroundWork;
  /** Starts work behind an answer, where the runtime lets it be finished. */
  readonly background: Background | undefined;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Random ids of 127 bits, cut from blocks: asking the CSPRNG for each costs more than the id. They begin with a letter,
 * since a shell's arguments that begin with `-` are options, and a person copies the id of a conflict to one.
 */
function idSource(): () => RowId {
  let block = new Uint8Array(0);
  let at = 0;
  return () => {
    if (at >= block.length) {
      block = new Uint8Array(randomBytes(4_096));
      at = 0;
    }
    block[at] = (block[at] as number) & 0x7f;
    at += 16;
    return toBase64Url(block.subarray(at - 16, at));
  };
}

/** Without a sink of the host's, alerts are log lines. */
function logged(logger: Logger): AlertSink {
  return { raise: ({ name, key }) => logger.error("alert", { alert: name, key }) };
}

/** Does no I/O. Errors: KEY_LENGTH_INVALID, KEY_ID_INVALID. */
export function foundationOf(options: Defined<HubspokeOptions>): Foundation {
  const { storage, logger = silent, clock = systemClock, random = systemRandom, waitUntil } = options;
  const ring = createKeyRing(options.keys, cipher);
  const work = backgroundWork(logger, waitUntil);
  return {
    storage,
    transport: transportOf(options),
    clock,
    random,
    cipher,
    ring,
    sealer: createSealer({ ring, cipher }),
    index: createBlindIndex(ring),
    newId: idSource(),
    logger,
    alerts: sharedAlerts({ sink: options.alerts ?? logged(logger), store: storage.openAlerts, clock, logger }),
    ...openTelemetry({ ...options, logger }),
    work,
    background: outlivesRequests || waitUntil !== undefined ? work.run : undefined,
  };
}
