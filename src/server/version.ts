/** Versions this server reports. Clients decide by the Redis version what they may use. */
export const REDIS_VERSION = '7.2.4'
export const KEYPER_VERSION = '0.1.0'
