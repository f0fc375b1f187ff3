/** What the LATENCY subcommands share. */

/** How most of them travel in a cluster. */
export const LATENCY_TIPS = ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special']
