# Finds a Java to run on, for the scripts that source this: WANTED is the least version, find_java prints its folder.
readonly WANTED=25

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

# The folder of the Java to run on: JAVA_HOME, the PATH, then the newest of the usual places.
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
    printf '%s' "$best"
}
