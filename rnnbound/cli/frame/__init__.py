"""What all commands share: options, streams, output, exit codes."""
