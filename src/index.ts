/** Keyper as a library. */
export { type App, type AppOptions, startApp } from './app.ts'
export { Config } from './config/config.ts'
export { createServer, type KeyperServer, type ServerSettings } from './embedded.ts'
export { Store as KVStore } from './store/store.ts'
export { type Clock, ManualClock, systemClock, type Timer } from './util/clock.ts'
export { type Random, seededRandom, systemRandom } from './util/random.ts'
