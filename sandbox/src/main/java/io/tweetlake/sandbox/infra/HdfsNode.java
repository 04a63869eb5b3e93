package io.tweetlake.sandbox.infra;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A namenode and a datanode, on loopback. What they hold outlives them in their folder. */
public final class HdfsNode implements Closeable {
    private final MiniDFSCluster cluster;

    private HdfsNode(MiniDFSCluster cluster) {
        this.cluster = cluster;
    }

    /** Starts it on these ports; 0 takes a free one. */
    public static HdfsNode start(Path folder, int port, int httpPort) throws IOException {
        boolean isNew = !Files.exists(folder.resolve("name-0-1/current/VERSION"));
        Files.createDirectories(folder);
        Configuration settings = new Configuration();
        settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
        settings.set("dfs.replication", "1");
        // One user on one machine.
        settings.set("dfs.permissions.enabled", "false");
        settings.set("dfs.namenode.handler.count", "4");
        settings.set("dfs.datanode.handler.count", "4");
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(settings)
                .numDataNodes(1)
                .nameNodePort(port)
                .nameNodeHttpPort(httpPort)
                .format(isNew)
                .build();
        cluster.waitActive();
        return new HdfsNode(cluster);
    }

    public URI address() {
        return URI.create("hdfs://localhost:" + cluster.getNameNodePort());
    }

    /** The cluster's own shutdown has its folder deleted when the JVM exits. */
    @Override
    public void close() {
        cluster.shutdownDataNodes();
        cluster.shutdownNameNodes();
    }
}
