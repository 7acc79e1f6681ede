"""The compiled loops under the graph's kernels: arrays of numbers in, arrays filled.

Everything here needs numba and is imported by the kernels when they run, never before. The loops
check nothing: whoever calls them has. They hold no lock of the interpreter, so that threads can
share the work.
"""
