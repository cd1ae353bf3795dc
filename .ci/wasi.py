"""Runs a program that was built for wasm32-wasip1: wasi.py PROGRAM [ARGUMENT ...]"""

import os
import sys

import wasmtime

config = wasmtime.WasiConfig()
config.argv = sys.argv[1:]
config.inherit_env()
config.inherit_stdin()
config.inherit_stdout()
config.inherit_stderr()
config.preopen_dir(os.getcwd(), os.getcwd())
store = wasmtime.Store(wasmtime.Engine())
store.set_wasi(config)
linker = wasmtime.Linker(store.engine)
linker.define_wasi()
module = wasmtime.Module.from_file(store.engine, sys.argv[1])
try:
    linker.instantiate(store, module).exports(store)["_start"](store)
except wasmtime.ExitTrap as end:
    sys.exit(end.code)
