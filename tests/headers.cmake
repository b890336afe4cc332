# Every public header compiles alone, by every compiler that is there, without a warning and with nothing on the path but the
# standard library and the public headers: in C++20, and retold.h in C99, C11 and C17, too.
#
#   cmake -DINCLUDE=include -DWORK=… -DCXX=… -DCC=… -P headers.cmake
cmake_minimum_required(VERSION 3.24)
set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Werror)
set(offences "")
set(compiled 0)

function(compile_alone header compiler language standard)
  set(source "${WORK}/alone.${language}")
  file(WRITE "${source}" "#include \"${header}\"\n")
  execute_process(COMMAND ${compiler} -std=${standard} ${ARGN} ${warnings} -fsyntax-only -I "${INCLUDE}" "${source}"
                  RESULT_VARIABLE failed ERROR_VARIABLE said)
  if(failed)
    string(APPEND offences "${header} by ${compiler} as ${standard}:\n${said}\n")
  endif()
  math(EXPR compiled "${compiled} + 1")
  set(offences "${offences}" PARENT_SCOPE)
  set(compiled ${compiled} PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY "${WORK}")
find_program(clangxx clang++)
find_program(clang clang)
set(cxx_compilers "${CXX}" ${clangxx})
set(c_compilers "${CC}" ${clang})
list(FILTER cxx_compilers EXCLUDE REGEX NOTFOUND)
list(FILTER c_compilers EXCLUDE REGEX NOTFOUND)
list(REMOVE_DUPLICATES cxx_compilers)
list(REMOVE_DUPLICATES c_compilers)

file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/*.h" "${INCLUDE}/*.hpp")
foreach(header IN LISTS headers)
  foreach(compiler IN LISTS cxx_compilers)
    compile_alone(${header} "${compiler}" cpp c++20)
  endforeach()
endforeach()
foreach(compiler IN LISTS c_compilers)
  foreach(standard IN ITEMS c99 c11 c17)
    compile_alone(retold.h "${compiler}" c ${standard} -Wstrict-prototypes)
  endforeach()
endforeach()

if(offences OR compiled LESS 20)
  message(FATAL_ERROR "${compiled} compiled\n${offences}")
endif()
list(LENGTH headers count)
message("${count} headers, ${compiled} times")
