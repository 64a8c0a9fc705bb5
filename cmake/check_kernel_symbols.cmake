# cmake -DNM=<nm> '-DOBJECTS=<one.o>|<two.o>' -P check_kernel_symbols.cmake
# Fails when one of the objects defines a weak function: the linker might give that copy to the rest of the program.
string(REPLACE "|" ";" objects "${OBJECTS}")
execute_process(
  COMMAND "${NM}" -C --defined-only ${objects}
  OUTPUT_VARIABLE symbols
  COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]* W [^\n]*" shared "${symbols}") # V and u are data: any copy serves
if(shared)
  list(JOIN shared "\n" shared)
  message(FATAL_ERROR "the inner loops define functions that other files may define too:\n${shared}")
endif()
