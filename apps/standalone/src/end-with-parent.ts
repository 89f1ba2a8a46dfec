// Loaded before a part's own program (node --import): a part does not outlive the supervisor that was killed over it,
// so that the next start finds ports and folders free.
process.once('disconnect', () => {
  // On its way out Node may wait for ever for a thread of V8's, and nobody is left who would end it. By then all is done.
  process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
  process.kill(process.pid, 'SIGTERM');
});
// The channel alone is no reason to stay.
process.channel?.unref();
