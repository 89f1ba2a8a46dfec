// Loaded before a part's own program (node --import): a part does not outlive the supervisor that was killed over it,
// so that the next start finds ports and folders free.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone is no reason to stay.
process.channel?.unref();
