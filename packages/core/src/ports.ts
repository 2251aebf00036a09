/** Contracts for people who write a store, a source, a transport or a key provider. */
