# What samples/run and benchmarks/run share. A script that sources this has set SCRIPT, its name in messages.
readonly WANTED=25 # the least version of Java
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root

die() {
    printf '%s: %s\n' "$SCRIPT" "$1" >&2
    exit 2
}

# Whether module $1 has been built since the last change of its sources and of those of the modules after it.
is_built() {
    local -r folder="$root/$1/target"
    local -a sources=("$root/pom.xml")
    local module
    [[ -f $folder/run.stamp && -d $folder/lib ]] || return 1
    for module in "$@"; do
        sources+=("$root/$module/pom.xml" "$root/$module/src/main")
    done
    # Folders count as well: theirs is the time that changes when a file goes. Maven's stamp is cut to the second.
    [[ -z $(find "${sources[@]}" -newermt "@$(($(stat -c %Y "$folder/run.stamp") + 1))" -print -quit) ]]
}

# Builds module $1 and those it needs; what Maven prints shows only when it fails.
build() {
    local -r folder="$root/$1/target"
    local log
    command -v mvn >/dev/null || die "$1 is not built, and there is no mvn on the PATH to build it"
    log=$(mktemp)
    rm -rf "$folder/lib"
    touch "$folder/run.next" # before the build: what is edited meanwhile counts as newer
    if ! (cd "$root" && mvn -q -B -ntp -pl "$1" -am -DskipTests package) >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die 'the build failed, see above'
    fi
    rm -f "$log"
    mv "$folder/run.next" "$folder/run.stamp"
}

# Builds module $1 when a source of it, or of a module after it, is newer than the last build.
build_if_older() {
    mkdir -p "$root/$1/target"
    is_built "$@" && return
    # One build at a time; a script that had to wait looks again.
    exec 9>"$root/$1/target/run.lock"
    flock 9
    is_built "$@" || build "$1"
    exec 9>&-
}

# The feature version of the Java in folder $1, from its release file; 0 when there is none.
feature() {
    local line='' version
    if [[ -x $1/bin/java && -r $1/release ]]; then
        line=$(grep -m 1 '^JAVA_VERSION=' "$1/release" || true)
    fi
    version=${line#JAVA_VERSION=}
    version=${version//\"/}
    version=${version%%[!0-9]*}
    printf '%s' "${version:-0}"
}

# Prints the folder of the Java to run on: JAVA_HOME, the PATH, then the newest of the usual places.
find_java() {
    local home best='' best_version=$((WANTED - 1)) version
    local -a first=() places
    if [[ -n ${JAVA_HOME:-} ]]; then
        first+=("$JAVA_HOME")
    fi
    if home=$(command -v java); then
        home=$(readlink -f "$home")
        first+=("${home%/bin/java}")
    fi
    for home in "${first[@]}"; do
        if (($(feature "$home") >= WANTED)); then
            printf '%s' "$home"
            return
        fi
    done
    places=(/usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* ~/.sdkman/candidates/java/* ~/.jdks/*)
    for home in "${places[@]}"; do
        version=$(feature "$home")
        if ((version > best_version)); then
            best=$home best_version=$version
        fi
    done
    [[ -n $best ]] ||
        die "no Java $WANTED or newer found: install one, such as Temurin $WANTED, or point JAVA_HOME at one"
    printf '%s' "$best"
}
