import type { Credential } from "../ports/credentials.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";

/**
 * Names the quota a credential spends from. Where its source does not say, that is the hash of its token: the same in
 * every process and after any cache forgot it, so a token never has two budgets. Hashed, because the name is shown in
 * `quota()` and kept in the store; a token is random, so its hash tells nothing.
 */
export class BudgetKeys {
  readonly #hash: (text: string) => MaybeAsync<string>;
  readonly #known = new WeakMap<Credential, string>();

  constructor(hash: (text: string) => MaybeAsync<string>) {
    this.#hash = hash;
  }

  of(credential: Credential): MaybeAsync<string> {
    const known = credential.budgetKey ?? this.#known.get(credential);
    if (known !== undefined) return known;
    return chain(this.#hash(credential.token.reveal()), (hash) => {
      const key = `token:${hash}`;
      this.#known.set(credential, key);
      return key;
    });
  }
}
