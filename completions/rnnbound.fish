# rnnbound completion fish | source
complete --command rnnbound --no-files --arguments "(env _RNNBOUND_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS=(commandline -cp) rnnbound)" --condition "env _RNNBOUND_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=is-args _TYPER_COMPLETE_ARGS=(commandline -cp) rnnbound"
