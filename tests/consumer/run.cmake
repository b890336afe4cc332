# Plays the stranger who uses retold: installs it, moves what was installed elsewhere, builds a program against it and runs it.
#
#   cmake -DMODE=package|pkgconfig|subdirectory -DSOURCE=… -DBUILD=… -DCONFIG=… -DWORK=… -DGENERATOR=… -DCXX=…
#         -DNM=… -DLIBDIR=lib -P run.cmake
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${failed}:\n${said}")
  endif()
endfunction()

function(configure_and_build)
  run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${WORK}/build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
      ${ARGN})
  run("${CMAKE_COMMAND}" --build "${WORK}/build")
endfunction()

# Installs under one name and goes on under another: nothing installed may remember where it was.
function(install_and_move)
  run("${CMAKE_COMMAND}" --install "${BUILD}" --config "${CONFIG}" --prefix "${WORK}/first prefix")
  file(RENAME "${WORK}/first prefix" "${WORK}/moved prefix")
  foreach(file include/retold.h include/retold/retold.hpp ${LIBDIR}/pkgconfig/retold.pc ${LIBDIR}/cmake/retold/retoldConfig.cmake)
    if(NOT EXISTS "${WORK}/moved prefix/${file}")
      message(FATAL_ERROR "not installed: ${file}")
    endif()
  endforeach()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(program "${WORK}/build/consumer")
if(MODE STREQUAL package)
  install_and_move()
  configure_and_build("-DCMAKE_PREFIX_PATH=${WORK}/moved prefix")
elseif(MODE STREQUAL subdirectory)
  set(type None)  # soon built
  if(DEFINED ENV{CMAKE_CXX_COMPILER_LAUNCHER})
    set(type ${CONFIG})  # sooner taken from a cache, where it lies from the build
  endif()
  configure_and_build("-DRETOLD_SOURCE=${SOURCE}" -DCMAKE_BUILD_TYPE=${type} -DBUILD_SHARED_LIBS=ON -DRETOLD_CLI=OFF)
  run("${CMAKE_COMMAND}" -DLIBRARY=${WORK}/build/retold/libretold.so -DINCLUDE=${SOURCE}/include -DNM=${NM}
      -P "${CMAKE_CURRENT_LIST_DIR}/exports.cmake")
else()
  find_program(pkg_config pkg-config)
  if(NOT pkg_config)
    message("skipped: no pkg-config")
    return()
  endif()
  install_and_move()
  set(ENV{PKG_CONFIG_PATH} "${WORK}/moved prefix/${LIBDIR}/pkgconfig")
  execute_process(COMMAND ${pkg_config} --cflags --libs retold OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  file(MAKE_DIRECTORY "${WORK}/build")
  run("${CXX}" -std=c++20 "${CMAKE_CURRENT_LIST_DIR}/main.cpp" -o "${program}" ${flags} "-Wl,-rpath,${WORK}/moved prefix/${LIBDIR}")
endif()

execute_process(COMMAND "${program}" "${SOURCE}/samples/news" OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
if(NOT said MATCHES "^retold [0-9]+\\.[0-9]+\\.[0-9]+\n.+")
  message(FATAL_ERROR "unexpected output:\n${said}")
endif()
file(REMOVE_RECURSE "${WORK}")
message("consumer: ${MODE} works")
